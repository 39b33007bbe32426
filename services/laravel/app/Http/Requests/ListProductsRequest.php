<?php

declare(strict_types=1);

namespace App\Http\Requests;

use App\Enums\Sort;
use App\Rules\Digits;
use App\Rules\Form;
use App\Rules\OneOf;
use App\Rules\Text;

final class ListProductsRequest extends QueryRequest
{
    private const MAX_PRICE = 9_999_999_999;

    public function rules(): array
    {
        return [
            'q' => ['sometimes', new Text(0, 64)],
            'category' => ['sometimes', new Form(Form::CATEGORY)],
            'price_min' => ['sometimes', new Digits(0, self::MAX_PRICE)],
            'price_max' => ['sometimes', new Digits(0, self::MAX_PRICE)],
            'in_stock' => ['sometimes', new Form('true|false')],
            'sort' => ['sometimes', new OneOf(Sort::class)],
            'limit' => ['sometimes', new Digits(1, 100)],
            'cursor' => ['sometimes'],
        ];
    }

    public function sort(): Sort
    {
        return Sort::tryFrom($this->parameter('sort')) ?? Sort::Newest;
    }
}
