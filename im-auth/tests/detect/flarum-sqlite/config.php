<?php return array (
  'debug' => false,
  'database' =>
  array (
    'driver' => 'sqlite',
    'database' => 'storage/flarum.sqlite',
    'prefix' => 'fl_',
  ),
  'url' => 'https://talk.example',
);
