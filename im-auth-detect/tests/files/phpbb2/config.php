<?php

$dbms = 'mysql4';

$dbhost = 'localhost';
$dbname = 'board2';
$dbuser = 'elder';
$dbpasswd = 'oak';

$table_prefix = 'phpbb_';

define('PHPBB_INSTALLED', true);

?>
