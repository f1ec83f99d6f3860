<?php
define('FORUM_VERSION', '1.5.11');
define('FORUM_DB_REVISION', 21);
