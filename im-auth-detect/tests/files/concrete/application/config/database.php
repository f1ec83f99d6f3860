<?php

return [
    'default-connection' => 'concrete',
    'connections' => [
        'concrete' => [
            'driver' => 'concrete_pdo_mysql',
            'server' => 'localhost',
            'database' => 'pillars',
            'username' => 'mason',
            'password' => 'lime-mortar',
            'character_set' => 'utf8mb4',
        ],
    ],
];
