<?php
  define('HTTP_SERVER', 'http://shop.example');
  define('DB_SERVER', 'localhost');
  define('DB_SERVER_USERNAME', 'vendor');
  define('DB_SERVER_PASSWORD', 'till-roll');
  define('DB_DATABASE', 'shopfloor');
  define('USE_PCONNECT', 'false');
?>
