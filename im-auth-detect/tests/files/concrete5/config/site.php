<?php
define('DB_SERVER', 'localhost');
define('DB_USERNAME', 'bricklayer');
define('DB_PASSWORD', 'trowel');
define('DB_DATABASE', 'bricks');
define('PASSWORD_SALT', 'invented-salt-for-bricks');
