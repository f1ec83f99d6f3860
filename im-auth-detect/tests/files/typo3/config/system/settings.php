<?php
return [
    'BE' => ['debug' => false],
    'DB' => [
        'Connections' => [
            'Default' => [
                'charset' => 'utf8mb4',
                'dbname' => 'atelier',
                'driver' => 'mysqli',
                'host' => '127.0.0.1',
                'password' => 'easel[1]',
                'port' => 3306,
                'user' => 'painter',
            ],
        ],
    ],
];
