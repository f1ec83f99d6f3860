<?php
define('SS_ENVIRONMENT_TYPE', 'live');
define('SS_DATABASE_SERVER', 'localhost');
define('SS_DATABASE_USERNAME', 'okapi');
define('SS_DATABASE_PASSWORD', 'half-stripe');
define('SS_DATABASE_NAME', 'savanna');
global $_FILE_TO_URL_MAPPING;
$_FILE_TO_URL_MAPPING['/srv/www'] = 'http://silver3.example';
