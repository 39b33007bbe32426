<?php

declare(strict_types=1);

namespace App\Webhooks;

use App\Enums\PaymentStatus;
use App\Enums\ProblemCode;
use App\Exceptions\Problem;
use App\Models\Order;
use App\Rules\Form;
use App\Rules\Text;
use App\Rules\Whole;
use Illuminate\Support\Facades\DB;
use stdClass;

/** What a payment event does to its order (WEBHOOK-4). */
final class Payment
{
    private const TYPES = [
        'payment.failed' => PaymentStatus::Failed,
        'payment.succeeded' => PaymentStatus::Succeeded,
        'payment.refunded' => PaymentStatus::Refunded,
    ];

    /** Applies an event; the result of the delivery. */
    public static function apply(string $type, mixed $data): string
    {
        $reached = self::TYPES[$type] ?? null;
        if ($reached === null) {
            return 'ignored';
        }
        [$id, $amount, $currency] = self::members($data);
        $order = Order::query()->select(Order::COLUMNS)->lock('for no key update')->find($id);
        if ($order === null || $order->total !== $amount || $order->currency !== $currency) {
            throw new Problem(ProblemCode::WebhookRejected);
        }
        if (! $reached->isAbove($order->payment_status)) {
            return 'ignored';
        }
        DB::update(
            'UPDATE orders SET status = ?, payment_status = ? WHERE id = ?',
            [$reached->moves($order->status)->value, $reached->value, $id],
        );

        return 'applied';
    }

    /** @return array{string, int, string} order, amount and currency */
    private static function members(mixed $data): array
    {
        $rules = [
            'order_id' => new Form(Form::UUID),
            'payment_id' => new Text(1, 200),
            'amount' => new Whole(0, PHP_INT_MAX),
            'currency' => new Form('EUR'),
        ];
        $members = $data instanceof stdClass ? get_object_vars($data) : [];
        foreach ($rules as $name => $rule) {
            if ($rule->codes($members[$name] ?? null) !== []) {
                throw new Problem(ProblemCode::WebhookRejected);
            }
        }
        /** @var array{order_id: string, amount: int, currency: string} $members */

        return [$members['order_id'], $members['amount'], $members['currency']];
    }
}
