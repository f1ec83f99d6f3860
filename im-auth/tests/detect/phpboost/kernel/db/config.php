<?php
$db_connection_data = array (
  'dbms' => 'mysql',
  'dsn' => 'mysql:host=localhost;port=3306dbname=rocket',
  'driver_options' => 
  array (
  ),
  'host' => 'localhost',
  'login' => 'pilot',
  'password' => 'lift off',
  'database' => 'rocket',
  'port' => '3306',
);

defined('PREFIX') or define('PREFIX' , 'stage_');
defined('PHPBOOST_INSTALLED') or define('PHPBOOST_INSTALLED', true);
require_once PATH_TO_ROOT . '/kernel/db/tables.php';
