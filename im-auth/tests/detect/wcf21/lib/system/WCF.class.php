<?php
namespace wcf\system;
define('WCF_VERSION', '2.1.24 (Typhoon)');
class WCF {}
