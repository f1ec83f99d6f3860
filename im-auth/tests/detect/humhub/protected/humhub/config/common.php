<?php

use yii\helpers\Url;

Yii::setAlias('@webroot', realpath(__DIR__ . '/../../../'));

$config = [
    'name' => 'HumHub',
    'version' => '1.16.2',
    'id' => 'humhub',
];

return $config;
