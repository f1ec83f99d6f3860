<?php
$db_url = 'mysqli://orchard:p%40ear%2Fplum@localhost/orchard6';
$db_prefix = 'or_';
ini_set('session.cookie_lifetime', 2000000);
