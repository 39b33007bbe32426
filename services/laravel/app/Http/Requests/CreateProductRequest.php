<?php

declare(strict_types=1);

namespace App\Http\Requests;

use App\Models\Product;
use App\Rules\Form;
use App\Rules\Whole;

final class CreateProductRequest extends JsonRequest
{
    public function rules(): array
    {
        $rules = ['sku' => ['present', new Form(Form::SKU)], 'stock' => ['sometimes', new Whole(0, Product::MAX_STOCK)]];
        foreach (Product::rules() as $member => $rule) {
            $rules[$member] = [in_array($member, Product::OPTIONAL, true) ? 'sometimes' : 'present', $rule];
        }

        return $rules;
    }
}
