<?php
$globals['user'] = 'electric';
$globals['password'] = 'spark';
$globals['database'] = 'advanced';
$globals['dbprefix'] = 'aef_';
$globals['server'] = 'localhost';
