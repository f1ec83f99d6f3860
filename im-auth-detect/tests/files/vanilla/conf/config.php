<?php if (!defined('APPLICATION')) exit();

// Database
$Configuration['Database']['Name'] = 'scoops';
$Configuration['Database']['Host'] = 'localhost';
$Configuration['Database']['User'] = 'cone';
$Configuration['Database']['Password'] = 'waffle';
$Configuration['Database']['DatabasePrefix'] = 'GDN_';
