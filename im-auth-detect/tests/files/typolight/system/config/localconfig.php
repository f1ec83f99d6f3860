<?php if (!defined('TL_ROOT')) die('You can not access this file directly!');
### INSTALL SCRIPT START ###
$GLOBALS['TL_CONFIG']['dbDriver'] = 'MySQLi';
$GLOBALS['TL_CONFIG']['dbHost'] = 'localhost';
$GLOBALS['TL_CONFIG']['dbUser'] = 'lighter';
$GLOBALS['TL_CONFIG']['dbPass'] = 'wick';
$GLOBALS['TL_CONFIG']['dbDatabase'] = 'lamp';
$GLOBALS['TL_CONFIG']['dbPort'] = 3306;
### INSTALL SCRIPT STOP ###
