//! What a cart costs (PRICE-1): whole cents, no database, no HTTP.

const FREE_SHIPPING_FROM: i64 = 5000;
const SHIPPING: i64 = 499;
/// Basis points of one.
const WHOLE: i64 = 10_000;

#[derive(Debug, Clone, Copy)]
pub struct Line {
    pub unit_price: i64,
    pub quantity: i64,
    pub tax_rate_bp: i64,
    pub available: bool,
}

#[derive(Debug, Clone, Copy)]
pub struct Coupon {
    pub percent_bp: i64,
    pub min_subtotal: i64,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PricedLine {
    pub line_total: i64,
    pub discount: i64,
    pub tax: i64,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Totals {
    /// Whether the coupon counts.
    pub applied: bool,
    pub lines: Vec<PricedLine>,
    pub subtotal: i64,
    pub discount: i64,
    pub tax: i64,
    pub shipping: i64,
    pub total: i64,
}

/// `lines` stand in order of sku, which decides who gets the odd cents.
pub fn calculate(lines: &[Line], coupon: Option<Coupon>) -> Totals {
    let mut priced: Vec<PricedLine> = lines
        .iter()
        .map(|line| PricedLine { line_total: line.unit_price * line.quantity, ..PricedLine::default() })
        .collect();
    let counting: Vec<usize> = (0..lines.len()).filter(|&line| lines[line].available).collect();
    let subtotal: i64 = counting.iter().map(|&line| priced[line].line_total).sum();
    let coupon = coupon.filter(|coupon| subtotal >= coupon.min_subtotal);
    let discount = coupon.map_or(0, |coupon| half_up(subtotal * coupon.percent_bp));
    share(discount, subtotal, &mut priced, &counting);
    for &line in &counting {
        let PricedLine { line_total, discount, .. } = priced[line];
        priced[line].tax = half_up((line_total - discount) * lines[line].tax_rate_bp);
    }
    let tax = priced.iter().map(|line| line.tax).sum();
    let shipping = if counting.is_empty() || subtotal - discount >= FREE_SHIPPING_FROM { 0 } else { SHIPPING };
    let total = subtotal - discount + tax + shipping;
    Totals { applied: coupon.is_some(), lines: priced, subtotal, discount, tax, shipping, total }
}

fn half_up(basis_points: i64) -> i64 {
    (basis_points + WHOLE / 2) / WHOLE
}

/// Largest remainders: what division leaves goes cent by cent to the lines that lost most, the earlier first.
fn share(discount: i64, subtotal: i64, priced: &mut [PricedLine], counting: &[usize]) {
    if subtotal == 0 {
        return;
    }
    let mut left = discount;
    let mut by_remainder = vec![];
    for &line in counting {
        let exact = discount * priced[line].line_total;
        priced[line].discount = exact / subtotal;
        left -= priced[line].discount;
        by_remainder.push((std::cmp::Reverse(exact % subtotal), line));
    }
    by_remainder.sort_unstable();
    for (_, line) in by_remainder.into_iter().take(usize::try_from(left).unwrap_or_default()) {
        priced[line].discount += 1;
    }
}
