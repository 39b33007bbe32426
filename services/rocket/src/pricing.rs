//! What a cart costs (PRICE-1). Amounts are minor units of EUR, rates are basis points; with the contract's bounds every
//! intermediate value fits an `i64`.

use std::cmp::Reverse;

const FREE_SHIPPING_FROM: i64 = 5000;
const SHIPPING: i64 = 499;

/// A line of a cart, with its price as of today. Lines stand in order of sku.
pub struct Line {
    pub unit_price: i64,
    pub quantity: i64,
    pub tax_rate_bp: i64,
    pub available: bool,
}

/// A coupon that nothing but the subtotal can keep from being applied.
pub struct Coupon {
    pub percent_bp: i64,
    pub min_subtotal: i64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PricedLine {
    pub line_total: i64,
    pub discount: i64,
    pub tax: i64,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Quote {
    /// At the place of its `Line`. One that is not available has a total and counts in no figure.
    pub lines: Vec<PricedLine>,
    pub applied: bool,
    pub subtotal: i64,
    pub discount: i64,
    pub tax: i64,
    pub shipping: i64,
    pub total: i64,
}

pub fn quote(lines: &[Line], coupon: Option<&Coupon>) -> Quote {
    let mut priced: Vec<PricedLine> = lines
        .iter()
        .map(|line| PricedLine { line_total: line.unit_price * line.quantity, ..PricedLine::default() })
        .collect();
    let mut counted: Vec<(&Line, &mut PricedLine)> =
        lines.iter().zip(&mut priced).filter(|(line, _)| line.available).collect();
    let subtotal = counted.iter().map(|(_, priced)| priced.line_total).sum();
    let coupon = coupon.filter(|coupon| subtotal >= coupon.min_subtotal);
    let discount = coupon.map_or(0, |coupon| share(subtotal, coupon.percent_bp));
    if subtotal > 0 {
        spread(discount, subtotal, &mut counted);
    }
    let mut tax = 0;
    for (line, priced) in &mut counted {
        priced.tax = share(priced.line_total - priced.discount, line.tax_rate_bp);
        tax += priced.tax;
    }
    let shipping = if counted.is_empty() || subtotal - discount >= FREE_SHIPPING_FROM { 0 } else { SHIPPING };
    let total = subtotal - discount + tax + shipping;
    Quote { applied: coupon.is_some(), lines: priced, subtotal, discount, tax, shipping, total }
}

/// Each line gets its part rounded down; the cents that are left go to the largest remainders.
fn spread(discount: i64, subtotal: i64, counted: &mut [(&Line, &mut PricedLine)]) {
    let mut left = discount;
    for (_, priced) in counted.iter_mut() {
        priced.discount = discount * priced.line_total / subtotal;
        left -= priced.discount;
    }
    let mut order: Vec<usize> = (0..counted.len()).collect();
    // Stable, so that of equal remainders the earlier line wins.
    order.sort_by_key(|&at| Reverse(discount * counted[at].1.line_total % subtotal));
    for at in order.into_iter().take(usize::try_from(left).unwrap_or(0)) {
        counted[at].1.discount += 1;
    }
}

/// Half up.
fn share(amount: i64, basis_points: i64) -> i64 {
    (amount * basis_points + 5000) / 10_000
}
