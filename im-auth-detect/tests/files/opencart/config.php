<?php
define('HTTP_SERVER', 'http://cart.example/');
define('DIR_APPLICATION', '/srv/cart/catalog/');
define('DB_DRIVER', 'mysqli');
define('DB_HOSTNAME', 'localhost');
define('DB_USERNAME', 'carter');
define('DB_PASSWORD', 'wheel&axle');
define('DB_DATABASE', 'cart');
define('DB_PORT', '3306');
define('DB_PREFIX', 'oc_');
