/**
 * What every feature stands on: environment, problems, strict bodies and queries, access
 * tokens, cursors, limits.
 */
@ApplicationModule(type = ApplicationModule.Type.OPEN)
package example.shop.platform;

import org.springframework.modulith.ApplicationModule;
