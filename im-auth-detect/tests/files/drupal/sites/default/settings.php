<?php
$databases['default']['default'] = array (
  'database' => 'garden',
  'username' => 'gardener',
  'password' => 'compost#heap',
  'prefix' => 'gd_',
  'host' => '127.0.0.1',
  'port' => '3307',
  'driver' => 'mysql',
);
$settings['hash_salt'] = 'invented-salt';
$settings['config_sync_directory'] = '../config/sync';
if (file_exists($app_root . '/' . $site_path . '/settings.local.php')) {
  include $app_root . '/' . $site_path . '/settings.local.php';
}
