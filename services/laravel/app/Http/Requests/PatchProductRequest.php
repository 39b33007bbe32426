<?php

declare(strict_types=1);

namespace App\Http\Requests;

use App\Models\Product;
use App\Rules\Value;

final class PatchProductRequest extends JsonRequest
{
    public function rules(): array
    {
        return array_map(fn (Value $rule): array => ['sometimes', $rule], Product::rules(patch: true));
    }

    /** @return array<string, mixed> what is changed; attributes are a patch themselves */
    public function changes(): array
    {
        /** @var array<string, mixed> */
        return $this->validated();
    }
}
