<?php
define('OW_URL_HOME', 'http://ox.example/');
define('OW_DB_HOST', 'localhost');
define('OW_DB_PORT', null);
define('OW_DB_USER', 'yoke');
define('OW_DB_PASSWORD', 'plough');
define('OW_DB_NAME', 'pasture');
define('OW_DB_PREFIX', 'ow_');
define('OW_PASSWORD_SALT', 'invented-ox-salt');
