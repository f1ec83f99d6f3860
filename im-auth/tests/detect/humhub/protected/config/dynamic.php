<?php return array (
  'components' => 
  array (
    'db' => 
    array (
      'class' => 'yii\\db\\Connection',
      'dsn' => 'mysql:host=db.hum.example;port=3307;dbname=hive',
      'username' => 'bumble',
      'password' => 'nectar;x',
    ),
  ),
  'params' => 
  array (
    'installed' => true,
  ),
); ?>
