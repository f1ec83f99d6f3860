<?php
define('EGW_SERVER_ROOT','/usr/share/egroupware');
$GLOBALS['egw_info']['server']['header_admin_user'] = 'admin';
$GLOBALS['egw_domain']['default'] = array(
	'db_host' => 'localhost',
	'db_port' => '3306',
	'db_name' => 'groupbase',
	'db_user' => 'grouper',
	'db_pass' => 'reef',
	'db_type' => 'mysql',
);
