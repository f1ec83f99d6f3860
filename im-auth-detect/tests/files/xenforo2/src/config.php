<?php

$config['db']['host'] = 'localhost';
$config['db']['port'] = '3306';
$config['db']['username'] = 'xeno';
$config['db']['password'] = 'far-star';
$config['db']['dbname'] = 'orbit';

$config['fullUnicode'] = true;
