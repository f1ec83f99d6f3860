<?php
$sugar_config = array (
  'cache_dir' => 'cache/',
  'dbconfig' =>
  array (
    'db_host_name' => 'localhost',
    'db_host_instance' => 'SQLEXPRESS',
    'db_user_name' => 'agent',
    'db_password' => 'handshake',
    'db_name' => 'leads',
    'db_type' => 'mysql',
    'db_port' => '3306',
    'db_manager' => 'MysqliManager',
  ),
);
