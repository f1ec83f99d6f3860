<?php
if(!strcasecmp(basename($_SERVER['SCRIPT_NAME']),basename(__FILE__)) || !defined('INCLUDE_DIR'))
    die('no direct access');
define('OSTINSTALLED',TRUE);
define('SECRET_SALT','invented');
define('DBTYPE','mysql');
define('DBHOST','localhost');
define('DBNAME','tickets');
define('DBUSER','usher');
define('DBPASS','row-F');
define('TABLE_PREFIX','ost_');
?>
