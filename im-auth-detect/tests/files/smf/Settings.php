<?php
$maintenance = 0;
$mbname = 'Lathe and chisel';
$db_type = 'mysql';
$db_server = 'localhost';
$db_port = 0;
$db_name = 'workshop';
$db_user = 'turner';
$db_passwd = 'burr';
$db_prefix = 'smf_';
$db_character_set = 'utf8';
$boarddir = dirname(__FILE__);
if (file_exists(dirname(__FILE__) . '/install.php')) { header('Location: install.php'); }
