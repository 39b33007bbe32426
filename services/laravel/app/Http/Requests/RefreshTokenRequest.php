<?php

declare(strict_types=1);

namespace App\Http\Requests;

use App\Rules\Text;

final class RefreshTokenRequest extends JsonRequest
{
    public function rules(): array
    {
        return ['refresh_token' => ['present', new Text(1, 512)]];
    }
}
