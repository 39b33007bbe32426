<?php

declare(strict_types=1);

namespace App\Http\Requests;

use App\Rules\Form;
use App\Rules\Moment;
use App\Rules\Whole;
use Illuminate\Validation\Validator;

final class CreateCouponRequest extends JsonRequest
{
    public function rules(): array
    {
        return [
            'code' => ['present', new Form(Form::COUPON_CODE)],
            'percent_bp' => ['present', new Whole(1, 10_000)],
            'min_subtotal' => ['sometimes', new Whole(0, 9_900_000_000)],
            'max_redemptions' => ['sometimes', new Whole(1, 1_000_000, nullable: true)],
            'starts_at' => ['sometimes', new Moment(nullable: true)],
            'ends_at' => ['sometimes', new Moment(nullable: true)],
        ];
    }

    /** @return list<callable(Validator): void> */
    public function after(): array
    {
        return [function (Validator $validator): void {
            ['starts_at' => $starts, 'ends_at' => $ends] = $validator->getData() + ['starts_at' => null, 'ends_at' => null];
            if (is_string($starts) && is_string($ends) && ! $validator->errors()->hasAny(['starts_at', 'ends_at']) && $ends <= $starts) {
                $validator->errors()->add('ends_at', 'out_of_range');
            }
        }];
    }
}
