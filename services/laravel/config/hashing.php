<?php

declare(strict_types=1);

return [
    'driver' => 'argon2id',
    // AUTH-3. `verify` would raise an error at a hash of another kind; such a one is a wrong password.
    'argon' => ['memory' => 32_768, 'time' => 2, 'threads' => 1, 'verify' => false],
];
