<?php
$config['Database']['dbtype'] = 'mysqli';
$config['Database']['dbname'] = 'bulletin';
$config['Database']['tableprefix'] = 'vb_';
$config['MasterServer']['servername'] = 'localhost';
$config['MasterServer']['port'] = 3306;
$config['MasterServer']['username'] = 'herald';
$config['MasterServer']['password'] = 'trumpet';
$config['SlaveServer']['servername'] = '';
