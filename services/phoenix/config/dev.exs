import Config

config :shop, ShopWeb.Endpoint, server: true
