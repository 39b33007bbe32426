<?php

declare(strict_types=1);

namespace App\Http\Controllers;

use App\Auth\Caller;
use App\Enums\OrderStatus;
use App\Enums\Sort;
use App\Http\Requests\ListOrdersRequest;
use App\Http\Requests\TransitionRequest;
use App\Http\Resources\OrderResource;
use App\Models\Order;
use App\Orders\MoveOrder;
use App\Support\ETag;
use App\Support\Keyset;
use Illuminate\Container\Attributes\CurrentUser;
use Illuminate\Database\Eloquent\Builder;
use Illuminate\Http\JsonResponse;
use Illuminate\Http\Request;
use Illuminate\Http\Response;

final class OrdersController
{
    public function listOrders(ListOrdersRequest $request, #[CurrentUser] Caller $caller): JsonResponse
    {
        $status = $request->parameter('status');
        $orders = Order::of($caller)->with('items')
            ->when($status !== '', fn (Builder $query) => $query->where('status', $status));

        return (new Keyset($request, 'orders', Sort::Newest, ['status']))->page($orders, OrderResource::collection(...));
    }

    public function getOrder(Request $request, #[CurrentUser] Caller $caller, string $id): JsonResponse|Response
    {
        $order = Order::of($caller)->findOrFail($id);

        return ETag::notModified($request, $order->version)
            ? new Response(status: 304, headers: ['ETag' => ETag::of($order->version)])
            : $this->answer($order->load('items'));
    }

    public function cancelOrder(#[CurrentUser] Caller $caller, string $id, MoveOrder $move): JsonResponse
    {
        return $this->answer($move($caller, $id, OrderStatus::Cancelled));
    }

    public function transitionOrder(TransitionRequest $request, #[CurrentUser] Caller $caller, string $id, MoveOrder $move): JsonResponse
    {
        $order = $move($caller, $id, $request->to(), fn (Order $locked) => ETag::require($request, $locked->version));

        return $this->answer($order)->header('Content-Location', "/orders/{$order->id}");
    }

    private function answer(Order $order): JsonResponse
    {
        return new JsonResponse(OrderResource::make($order), headers: ['ETag' => ETag::of($order->version)]);
    }
}
