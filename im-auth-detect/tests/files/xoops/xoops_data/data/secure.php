<?php
define('XOOPS_DB_TYPE', 'mysql');
define('XOOPS_DB_PREFIX', 'x5f');
define('XOOPS_DB_HOST', 'localhost');
define('XOOPS_DB_USER', 'xylo');
define('XOOPS_DB_PASS', 'phone');
define('XOOPS_DB_NAME', 'portal');
