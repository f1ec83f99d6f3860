<?php
// phpBB 3.3.x auto-generated configuration file
$dbms = 'phpbb\\db\\driver\\mysqli';
$dbhost = '';
$dbport = '';
$dbname = 'talk';
$dbuser = 'talker';
$dbpasswd = 'murmur-17';
$table_prefix = 'talk_';
$phpbb_adm_relative_path = 'adm/';
@define('PHPBB_INSTALLED', true);
@define('PHPBB_ENVIRONMENT', 'production');
