<?php

declare(strict_types=1);

namespace App\Orders;

use App\Auth\Caller;
use App\Enums\OrderStatus;
use App\Enums\ProblemCode;
use App\Exceptions\Problem;
use App\Models\Order;
use App\Models\Product;
use Illuminate\Support\Facades\DB;

/** Brings an order into another state (ORDER-2 to ORDER-4). */
final class MoveOrder
{
    /** @param  null|callable(Order): void  $precondition sees the locked order */
    public function __invoke(Caller $caller, string $id, OrderStatus $to, ?callable $precondition = null): Order
    {
        return DB::transaction(function () use ($caller, $id, $to, $precondition): Order {
            $order = Order::of($caller)->lock('for no key update')->findOrFail($id);
            if ($precondition !== null) {
                $precondition($order);
            }
            $stays = $order->status === OrderStatus::Cancelled && $to === OrderStatus::Cancelled;

            return ($stays ? $order : $this->move($order, $to, $caller))->load('items');
        });
    }

    private function move(Order $order, OrderStatus $to, Caller $caller): Order
    {
        if (! $order->status->mayBecome($to, $caller)) {
            throw new Problem(ProblemCode::InvalidTransition, ['from' => $order->status->value, 'to' => $to->value]);
        }
        if ($to === OrderStatus::Cancelled) {
            $this->giveBack($order);
        }

        return Order::returned('UPDATE orders SET status = ? WHERE id = ?', [$to->value, $order->id]);
    }

    private function giveBack(Order $order): void
    {
        Product::query()->select('id')
            ->whereIn('id', fn ($items) => $items->select('product_id')->from('order_items')->where('order_id', $order->id))
            ->orderBy('sku')->lock('for no key update')->get();
        DB::update(<<<'SQL'
            UPDATE products SET stock = stock + quantity FROM order_items
            WHERE order_id = ? AND products.id = product_id
            SQL, [$order->id]);
    }
}
