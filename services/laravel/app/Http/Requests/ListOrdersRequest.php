<?php

declare(strict_types=1);

namespace App\Http\Requests;

use App\Enums\OrderStatus;
use App\Rules\Digits;
use App\Rules\OneOf;

final class ListOrdersRequest extends QueryRequest
{
    public function rules(): array
    {
        return [
            'status' => ['sometimes', new OneOf(OrderStatus::class)],
            'limit' => ['sometimes', new Digits(1, 100)],
            'cursor' => ['sometimes'],
        ];
    }
}
