package example.shop.platform.problem;

/**
 * An element of {@code lines}: how much was asked for, and how much there is.
 *
 * @param available 0 for an archived product
 */
public record StockLine(String sku, long requested, long available) {
}
