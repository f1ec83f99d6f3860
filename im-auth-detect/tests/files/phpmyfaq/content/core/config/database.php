<?php
$DB['server'] = 'localhost';
$DB['port'] = 3306;
$DB['user'] = 'asker';
$DB['password'] = 'why?';
$DB['db'] = 'answers';
$DB['prefix'] = 'faq_';
$DB['type'] = 'mysqli';
