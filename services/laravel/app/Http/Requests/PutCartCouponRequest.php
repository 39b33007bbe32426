<?php

declare(strict_types=1);

namespace App\Http\Requests;

use App\Rules\Form;

final class PutCartCouponRequest extends JsonRequest
{
    public function rules(): array
    {
        return ['code' => ['present', new Form(Form::COUPON_CODE)]];
    }
}
