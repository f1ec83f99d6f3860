<?php
$database_type = 'mysql';
$database_server = 'localhost';
$database_user = 'modder';
$database_password = 'chrome';
$database_connection_charset = 'utf8mb4';
$dbase = 'engine';
$table_prefix = 'modx_';
$database_dsn = 'mysql:host=localhost;dbname=engine;charset=utf8mb4';
if (!defined('MODX_CORE_PATH')) {
    $modx_core_path= '/srv/modx/core/';
    define('MODX_CORE_PATH', $modx_core_path);
}
