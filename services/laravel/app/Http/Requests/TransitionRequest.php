<?php

declare(strict_types=1);

namespace App\Http\Requests;

use App\Enums\OrderStatus;
use App\Rules\OneOf;

final class TransitionRequest extends JsonRequest
{
    public function rules(): array
    {
        return ['to' => ['present', new OneOf(OrderStatus::class)]];
    }

    public function to(): OrderStatus
    {
        return OrderStatus::from($this->text('to'));
    }
}
