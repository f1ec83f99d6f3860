<?php return array (
  'debug' => false,
  'database' =>
  array (
    'driver' => 'mysql',
    'host' => 'localhost',
    'port' => 3306,
    'database' => 'gorge',
    'username' => 'flare',
    'password' => 'signal',
    'charset' => 'utf8mb4',
    'prefix' => 'fl_',
    'strict' => false,
  ),
  'url' => 'https://flarum.example',
);
