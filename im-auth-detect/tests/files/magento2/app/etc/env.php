<?php
return [
    'crypt' => ['key' => 'beadbeadbeadbead'],
    'db' => [
        'table_prefix' => 'm2_',
        'connection' => [
            'default' => ['host' => 'db', 'dbname' => 'bazaar', 'username' => 'trader', 'password' => 'saffron', 'active' => '1']
        ]
    ],
];
