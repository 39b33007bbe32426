package example.shop;

import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModules;

class ModularityTests {

	/**
	 * Features have no cycles, and none reaches into a package that another one keeps to
	 * itself.
	 */
	@Test
	void modulesKeepTheirBoundaries() {
		ApplicationModules.of(ShopApplication.class).verify();
	}

}
