<?php
define('_DB_SERVER_', 'localhost');
define('_DB_NAME_', 'oldtea');
define('_DB_USER_', 'oldleaf');
define('_DB_PASSWD_', 'earl_grey');
define('_DB_PREFIX_', 'ps_');
define('_COOKIE_KEY_', 'another-invented-key');
