module shop.example/contract

go 1.26
