<?php

declare(strict_types=1);

namespace App\Http\Requests;

use App\Rules\Whole;

final class PutCartItemRequest extends JsonRequest
{
    public function rules(): array
    {
        return ['quantity' => ['present', new Whole(1, 99)]];
    }
}
