<?php
$_configuration['db_host'] = 'localhost';
$_configuration['db_port'] = '3306';
$_configuration['main_database'] = 'campus';
$_configuration['db_user'] = 'chameleon';
$_configuration['db_password'] = 'leaf-green';
$_configuration['password_encryption'] = 'bcrypt';
