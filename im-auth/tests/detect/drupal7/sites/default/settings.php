<?php
$databases = array (
  'default' => array (
    'default' => array (
      'database' => 'grove',
      'username' => 'ranger',
      'password' => 'bark&moss',
      'host' => 'localhost',
      'port' => '',
      'driver' => 'mysql',
      'prefix' => '',
    ),
  ),
);
$update_free_access = FALSE;
$drupal_hash_salt = 'KdPq0example';
