<?php return array (
  'parameters' =>
  array (
    'database_host' => '127.0.0.1',
    'database_port' => '',
    'database_name' => 'teashop',
    'database_user' => 'tea',
    'database_password' => 'oolong 88',
    'database_prefix' => 'ps_',
    'cookie_key' => 'invented-cookie-key',
  ),
);
