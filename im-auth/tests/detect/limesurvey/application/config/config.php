<?php if (!defined('BASEPATH')) exit('No direct script access allowed');
return array(
    'components' => array(
        'db' => array(
            'connectionString' => 'pgsql:host=lime.example;port=5433;user=picker;password=zest;dbname=orchard;',
            'emulatePrepare' => true,
            'username' => 'picker',
            'password' => 'zest',
            'charset' => 'utf8',
            'tablePrefix' => 'lime_',
        ),
    ),
);
